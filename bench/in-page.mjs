// Runs in every frame of VS Code's window before what belongs there does, and keeps its moments: when the mouse button was
// last let go; when the page had its first element; when its large map had colours, which the photo under it has not, and
// what that map is called; when the film strip of a dream had its first frame.
// And how long the browser held the page back before it began to fetch it.
/* global document, addEventListener, setInterval */
{
  const now = () => performance.timeOrigin + performance.now();
  const moments = (globalThis.glassboxMoments = {});
  addEventListener("mouseup", () => (moments.click = now()), true);

  const hasColors = (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4 * 97) if (Math.abs(data[i] - data[i + 2]) > 32) return true;
    return false;
  };
  const look = () => {
    if (document.querySelector("#app > *") && moments.page === undefined) {
      moments.page = now();
      moments.held = performance.getEntriesByType("navigation")[0].fetchStart;
    }
    if (document.querySelector(".strip .frame")) moments.frame ??= now();
    const canvas = document.querySelector("figure.map canvas.pane");
    const label = canvas?.getAttribute("aria-label") ?? "No map yet";
    if (label === moments.label || label.startsWith("No map yet") || !hasColors(canvas)) return;
    moments.map = now();
    moments.label = label;
  };
  // VS Code writes a view's page into a document that is there already, which ends animation frames but no timers.
  setInterval(look, 4);
}

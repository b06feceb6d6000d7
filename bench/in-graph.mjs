// Runs in the model editor's page: looks at the clock while the graph is drawn and moved.
/* global document, requestAnimationFrame, WheelEvent */

/** Until more boxes are drawn than there were; when that was. */
globalThis.graphShown = (than) =>
  new Promise((resolve) => {
    const look = () => {
      const boxes = Number(document.querySelector(".graph")?.dataset.boxes ?? 0);
      if (boxes > than) resolve({ boxes, at: performance.now() });
      else requestAnimationFrame(look);
    };
    look();
  });

/** When there was something to choose from, in words or drawn; the page says so itself from its first line on. */
globalThis.graphUseful = new Promise((resolve) => {
  const look = () => {
    const words = document.querySelector(".graph-outline:not([hidden]) button");
    const boxes = Number(document.querySelector(".graph")?.dataset.boxes ?? 0);
    if (words || boxes > 0) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  look();
});

/** Turns the wheel once per frame, sideways and then in and out; the times between the frames. */
globalThis.graphMoved = async (frames) => {
  const canvas = document.querySelector(".graph-canvas");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const place = { clientX: left + width / 2, clientY: top + height / 2 };
  const measure = (wheel) =>
    new Promise((resolve) => {
      const times = [];
      const step = (now) => {
        times.push(now);
        if (times.length > frames) return resolve(times.slice(1).map((time, i) => time - times[i]));
        canvas.dispatchEvent(new WheelEvent("wheel", { ...place, ...wheel(times.length) }));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
  const pan = await measure((i) => ({ shiftKey: true, deltaY: i % 40 < 20 ? 8 : -8 }));
  const zoom = await measure((i) => ({ deltaY: i <= frames / 2 ? -24 : 24 }));
  return { pan, zoom };
};

/**
 * As high as it ever was at this width. Of one technique there is more to say than of another, and what stands below
 * must not move under the pointer that goes from one to the next.
 */
export function keepingHeight(element: HTMLElement): void {
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth !== width) element.style.minHeight = "";
    width = element.clientWidth;
    element.style.minHeight = `${element.getBoundingClientRect().height}px`;
  });
  observer.observe(element);
}

/**
 * Uses the pictures that the page has fetched ahead. Someone who comes back to a place far down the
 * list does not see the first ones, and the browser would complain of a picture that nobody shows.
 */
export function takePreloads(): void {
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="preload"][as="image"]');
  for (const link of links) {
    const image = new Image();
    image.sizes = link.imageSizes;
    if (link.imageSrcset) image.srcset = link.imageSrcset;
    else image.src = link.href;
  }
}

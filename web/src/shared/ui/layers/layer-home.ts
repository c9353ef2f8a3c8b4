/**
 * Where menus and cards are put: in the page's main part, since outside of all its parts screen
 * readers would not come upon them.
 */
export const layerHome = (): HTMLElement | null => document.getElementById('main');

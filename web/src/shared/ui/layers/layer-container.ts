/**
 * Container for menus and cards: `main`, because screen readers do not find content outside
 * landmarks.
 */
export const layerContainer = (): HTMLElement | null => document.getElementById('main');

export { readAnchor, writeAnchor } from './anchor';
export { PhotoGrid } from './photo-grid';
export { placeholderImage } from './placeholder';
export { sources } from './renditions';
export { noteStep } from './seen';
export { type Selection, useSelection } from './selection';
export { GridSkeleton } from './skeleton';

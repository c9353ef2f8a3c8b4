export { readAnchor } from './anchor';
export { PhotoGrid } from './photo-grid';
export { placeholderImage } from './placeholder';
export { GridSkeleton } from './skeleton';
export { sources } from './tile';

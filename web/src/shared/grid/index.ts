export { placeholderImage } from './images/placeholder';
export { sources } from './images/renditions';
export { PhotoGrid } from './photo-grid';
export { readAnchor, writeAnchor } from './position/anchor';
export { recordStep } from './position/steps';
export { type Selection, useSelection } from './selection/selection';
export { GridSkeleton } from './skeleton';

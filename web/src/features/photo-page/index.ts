export { loadPhotoPage, PhotoPage } from './lazy-page';

export { AddToAlbumButton } from './add-button';

export {
  type AlbumText,
  addPhotosToAlbum,
  addPhotoToAlbum,
  albumChoicesQuery,
  albumKeys,
  albumQuery,
  changeAlbum,
  createAlbum,
  deleteAlbum,
  orderAlbum,
  ownAlbumsQuery,
  removePhotoFromAlbum,
} from './api';

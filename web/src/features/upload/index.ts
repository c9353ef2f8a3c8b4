import { lazy } from 'react';

export {
  forgetUploads,
  onStored,
  openUploads,
  options as uploadOptions,
  queue,
  useHasUploads,
  useHasWaiting,
} from './store';
export { FilePicker } from './ui/file-picker';
export { UploadWayIn } from './ui/way-in';

export const UploadPage = lazy(() => import('./page'));
export const UploadTray = lazy(() => import('./ui/tray'));

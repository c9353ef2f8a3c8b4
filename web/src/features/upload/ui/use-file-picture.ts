import { useEffect, useState } from 'react';

/** Larger files take too much memory to decode for a thumbnail. */
const largestBytes = 30_000_000;

/** Object URL of a local image; null if the browser cannot show it. */
export function useFilePicture(file: File | null) {
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    if (!file || file.size === 0 || file.size > largestBytes) return;
    const address = URL.createObjectURL(file);
    setSource(address);
    return () => {
      URL.revokeObjectURL(address);
      setSource(null);
    };
  }, [file]);
  return { source, onError: () => setSource(null) };
}

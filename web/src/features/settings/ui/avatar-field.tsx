import { useState } from 'react';
import { PhotoPicker } from '@/features/photo-list';
import type { User } from '@/shared/api';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/settings';
import { Avatar, Button, InfoDialog, toast } from '@/shared/ui';
import { useChangeProfile } from '../api';

const words = text.profile;

/** The profile picture, chosen among the user's photos. */
export function AvatarField({ user }: { user: User }) {
  const [picking, setPicking] = useState(false);
  const change = useChangeProfile();
  const set = (avatar_photo_id: string | null, message: string) =>
    change.mutate(
      { avatar_photo_id },
      {
        onSuccess: () => toast(message),
        onError: (error) => toast(`${text.notSaved} ${problemText(error)}`),
      },
    );
  return (
    <div className="flex items-center gap-4">
      <Avatar person={user} size={80} />
      <div className="flex flex-wrap gap-2">
        <Button disabled={change.isPending} onClick={() => setPicking(true)}>
          {user.avatar_url ? words.change : words.choose}
        </Button>
        {user.avatar_url && (
          <Button look="quiet" disabled={change.isPending} onClick={() => set(null, words.removed)}>
            {words.remove}
          </Button>
        )}
      </div>
      <InfoDialog open={picking} onOpenChange={setPicking} title={words.pick} wide>
        <p className="text-13 text-muted">{words.pickNote}</p>
        <PhotoPicker
          allows={(photo) => photo.visibility !== 'private'}
          onCancel={() => setPicking(false)}
          onPick={([photo]) => {
            setPicking(false);
            if (photo) set(photo.id, words.changed);
          }}
        />
      </InfoDialog>
    </div>
  );
}

import { Check, UserPlus } from 'lucide-react';
import { useLocation } from 'wouter';
import { useSession } from '@/entities/session';
import { t } from '@/shared/i18n';
import { Button } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { useFollow } from '../api';

type Props = {
  username: string;
  name: string;
  followed: boolean;
  onChange?: (followed: boolean) => void;
};

/** Teal for the action, neutral once following. */
export function FollowButton({ username, name, followed, onChange }: Props) {
  const { user } = useSession();
  const [here, navigate] = useLocation();
  const { mutate } = useFollow(username);
  if (user?.username === username) return null;
  const Icon = followed ? Check : UserPlus;
  return (
    <Button
      look={followed ? 'plain' : 'primary'}
      className="h-9! px-3! text-13! pointer-coarse:h-11!"
      aria-pressed={followed}
      aria-label={followed ? t.people.unfollowLabel(name) : t.people.followLabel(name)}
      onClick={() => {
        if (!user) return navigate(hrefs.signIn(here));
        mutate(!followed);
        onChange?.(!followed);
      }}
    >
      <Icon aria-hidden size={16} />
      {followed ? t.people.unfollow : t.people.follow}
    </Button>
  );
}

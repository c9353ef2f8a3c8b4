import { Ban } from 'lucide-react';
import { useState } from 'react';
import { t } from '@/shared/i18n';
import { Button, ConfirmDialog } from '@/shared/ui';
import { useBlock } from '../api';

type Props = { username: string; name: string; blocked: boolean };

/** Asks first: a block also removes both follows, and unblocking does not restore them. */
export function BlockButton({ username, name, blocked }: Props) {
  const [asking, setAsking] = useState(false);
  const block = useBlock(username);
  return (
    <>
      <Button
        look="quiet"
        className="h-9! px-3! text-13! pointer-coarse:h-11!"
        disabled={block.isPending}
        onClick={() => (blocked ? block.mutate(false) : setAsking(true))}
      >
        <Ban aria-hidden size={16} />
        {blocked ? t.people.unblock : t.people.block}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t.people.blockTitle(name)}
        text={t.people.blockText}
        confirm={t.people.block}
        cancel={t.people.keep}
        onConfirm={() => block.mutate(true)}
      />
    </>
  );
}

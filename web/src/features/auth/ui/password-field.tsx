import { Eye, EyeOff } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { t } from '@/shared/i18n';
import { IconButton, TextField } from '@/shared/ui';

type Props = {
  label?: string;
  name?: string;
  autoComplete: 'current-password' | 'new-password';
  error?: string | undefined;
  hint?: string;
  onValue?: (value: string) => void;
};

export function PasswordField(props: Props) {
  const { label = t.auth.password, name = 'password', autoComplete, error, hint, onValue } = props;
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const onKey = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'));
  return (
    <TextField
      label={label}
      name={name}
      type={shown ? 'text' : 'password'}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      error={error}
      hint={capsLock ? t.auth.capsLock : hint}
      onKeyUp={onKey}
      onChange={(event) => onValue?.(event.target.value)}
      trailing={
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? t.auth.hide : t.auth.show}
          aria-pressed={shown}
          className="me-1"
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}

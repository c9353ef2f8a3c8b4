import { text } from '@/shared/i18n/settings';
import {
  Choices,
  preferences,
  setPreference,
  setTheme,
  themes,
  usePreference,
  useTheme,
} from '@/shared/ui';

const words = text.display;

/** Display settings of this browser; they apply at once. */
export function DisplaySection() {
  const theme = useTheme();
  const density = usePreference('density');
  const motion = usePreference('motion');
  const shortcuts = usePreference('shortcuts');
  return (
    <div className="flex flex-col gap-8">
      <p className="text-muted">{words.note}</p>
      <Choices
        label={words.theme}
        value={theme}
        choices={themes.map((value) => ({ value, label: words.themes[value] }))}
        onValue={setTheme}
      />
      <Choices
        label={words.density}
        value={density}
        choices={preferences.density.map((value) => ({ value, label: words.densities[value] }))}
        onValue={(value) => setPreference('density', value)}
      />
      <Choices
        label={words.motion}
        value={motion}
        choices={preferences.motion.map((value) => ({ value, label: words.motions[value] }))}
        onValue={(value) => setPreference('motion', value)}
      />
      <Choices
        label={words.shortcuts}
        value={shortcuts}
        choices={preferences.shortcuts.map((value) => ({
          value,
          label: words.shortcutsOn[value],
        }))}
        onValue={(value) => setPreference('shortcuts', value)}
      />
    </div>
  );
}

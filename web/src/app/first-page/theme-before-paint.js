// Runs before the first paint. Keep the keys in step with shared/ui/theme.ts and preferences.ts.
try {
  const theme = localStorage.getItem('vignette.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (localStorage.getItem('vignette.motion') === 'reduced') {
    document.documentElement.dataset.motion = 'reduced';
  }
} catch {
  // Storage is blocked: use the system's settings.
}

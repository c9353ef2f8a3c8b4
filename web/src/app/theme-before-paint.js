// Runs before the first paint. Keep the key in step with shared/ui/theme.ts.
try {
  const theme = localStorage.getItem('vignette.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's colour scheme stands.
}

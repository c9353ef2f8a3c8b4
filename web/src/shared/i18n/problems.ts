import { ApiProblem, asProblem } from '@/shared/api';
import { en } from './en';

const texts: Record<string, string> = en.problem;

/** The app's text for an error code, or the server's for an unknown one. */
export function codeText(code: string, detail: string): string {
  return texts[code] ?? (detail || en.problem.unknown);
}

export function problemText(error: unknown): string {
  const problem = asProblem(error);
  const text = codeText(problem.code, problem.detail);
  return problem.retryAt ? `${text} ${en.state.tryAgainAt(problem.retryAt)}` : text;
}

export const requestIdOf = (error: unknown): string | null =>
  error instanceof ApiProblem ? error.requestId : null;

export { en as t } from './en';
export { codeText, problemText, requestIdOf } from './problems';

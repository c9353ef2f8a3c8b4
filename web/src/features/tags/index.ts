export { suggestionsQuery } from './api';
export { parseLabels } from './decision';
export { groupTags, inOrder, labelText, labelTexts } from './model';
export { type Change, verdictChange } from './save-decision';
export { History } from './ui/decision-history';
export { TagChip } from './ui/tag-chip';
export { type Explaining, TagPanel } from './ui/tag-panel';
export { useTagging } from './use-tag-editing';

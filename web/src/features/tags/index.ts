export { suggestionsQuery } from './api';
export { parseLabels } from './decision';
export { groupTags, inOrder, labelText, labelTexts } from './model';
export { type Change, decisionMutation } from './save-decision';
export { DecisionHistory } from './ui/decision-history';
export { TagChip } from './ui/tag-chip';
export { type Explaining, TagPanel } from './ui/tag-panel';
export { useTagEditing } from './use-tag-editing';

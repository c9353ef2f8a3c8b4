export { suggestionsQuery } from './api';
export { groupTags, inOrder, labelText, labelTexts, publishedAt } from './model';
export { TagChip } from './ui/tag-chip';
export { type Explaining, type TagEditing, TagPanel } from './ui/tag-panel';
export {
  parseLabels,
  placeOf,
  putBack,
  type TagLists,
  type TagPlace,
  type Verdict,
  verdictIn,
  withVerdict,
} from './verdict';

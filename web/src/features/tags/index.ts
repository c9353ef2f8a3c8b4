export { groupTags, inOrder, labelTexts } from './model';
export { TagChip } from './ui/tag-chip';
export { TagPanel } from './ui/tag-panel';

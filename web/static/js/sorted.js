// insertSorted puts an item into a list whose items are in the order of their data-key.
export function insertSorted(list, item) {
  const after = [...list.children].find(other => other !== item && other.dataset.key > item.dataset.key)
  list.insertBefore(item, after ?? null)
}

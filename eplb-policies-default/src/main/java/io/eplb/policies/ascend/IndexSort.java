package io.eplb.policies.ascend;

/** Sorts indices by the values they stand for, in place, in O(n log n), without allocating. */
final class IndexSort {
  private IndexSort() {}

  /** Sorts {@code indices[0, size)} by value, smallest first; equal values: lower index first. */
  static void ascending(int[] indices, int size, double[] values) {
    for (int root = size / 2 - 1; root >= 0; root--) {
      sink(indices, root, size, values);
    }
    for (int end = size - 1; end > 0; end--) {
      swap(indices, 0, end);
      sink(indices, 0, end, values);
    }
  }

  /** As {@link #ascending}, largest first; equal values: higher index first. */
  static void descending(int[] indices, int size, double[] values) {
    ascending(indices, size, values);
    for (int low = 0, high = size - 1; low < high; low++, high--) {
      swap(indices, low, high);
    }
  }

  private static void sink(int[] indices, int root, int size, double[] values) {
    int parent = root;
    while (2 * parent + 1 < size) {
      int child = 2 * parent + 1;
      if (child + 1 < size && before(indices[child], indices[child + 1], values)) {
        child++;
      }
      if (!before(indices[parent], indices[child], values)) {
        return;
      }
      swap(indices, parent, child);
      parent = child;
    }
  }

  private static boolean before(int left, int right, double[] values) {
    return values[left] < values[right] || (values[left] == values[right] && left < right);
  }

  private static void swap(int[] indices, int left, int right) {
    int index = indices[left];
    indices[left] = indices[right];
    indices[right] = index;
  }
}

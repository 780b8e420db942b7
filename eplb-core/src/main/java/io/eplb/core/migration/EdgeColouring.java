package io.eplb.core.migration;

import java.util.Arrays;

/**
 * Colours the edges of a bipartite multigraph with as many colours as its greatest degree, so that
 * no two edges with an end in common have the same (D. Kőnig, Über Graphen und ihre Anwendung auf
 * Determinantentheorie und Mengenlehre, Mathematische Annalen 77, 1916). Kernel: trusts its
 * arguments.
 *
 * <p>For example, the edges 0→0, 0→1 and 1→1 get the colours 0, 1 and 0: at most two edges meet at
 * a vertex, so two colours are enough.
 */
final class EdgeColouring {
  private static final int NONE = -1;

  private EdgeColouring() {}

  /**
   * Colours all edges in their order, each with the lowest free colour.
   *
   * @param degree the greatest number of edges at a vertex of either side
   * @param from the left end of each edge, from 0 on
   * @param to the right end of each edge, from 0 on
   * @return the colour of each edge, 0 to {@code degree} − 1
   */
  static int[] of(int degree, int[] from, int[] to) {
    int vertices = 0;
    for (int edge = 0; edge < from.length; edge++) {
      vertices = Math.max(vertices, 1 + Math.max(from[edge], to[edge]));
    }
    int[] left = new int[vertices * degree];
    int[] right = new int[vertices * degree];
    Arrays.fill(left, NONE);
    Arrays.fill(right, NONE);
    int[] colour = new int[from.length];
    int[] path = new int[2 * vertices];
    for (int edge = 0; edge < from.length; edge++) {
      int freeLeft = free(left, from[edge] * degree);
      int freeRight = free(right, to[edge] * degree);
      if (freeLeft != freeRight) {
        // Swaps the two colours along the path from the right end; it cannot come to the left end,
        // since it reaches the left side by the colour that is free there.
        int length = 0;
        int vertex = to[edge];
        while (true) {
          int away = right[vertex * degree + freeLeft];
          if (away == NONE) {
            break;
          }
          path[length++] = away;
          int back = left[from[away] * degree + freeRight];
          if (back == NONE) {
            break;
          }
          path[length++] = back;
          vertex = to[back];
        }
        for (int index = 0; index < length; index++) {
          left[from[path[index]] * degree + colour[path[index]]] = NONE;
          right[to[path[index]] * degree + colour[path[index]]] = NONE;
        }
        for (int index = 0; index < length; index++) {
          int swapped = path[index];
          colour[swapped] = freeLeft + freeRight - colour[swapped];
          left[from[swapped] * degree + colour[swapped]] = swapped;
          right[to[swapped] * degree + colour[swapped]] = swapped;
        }
      }
      colour[edge] = freeLeft;
      left[from[edge] * degree + freeLeft] = edge;
      right[to[edge] * degree + freeLeft] = edge;
    }
    return colour;
  }

  private static int free(int[] edgeOf, int base) {
    int colour = 0;
    while (edgeOf[base + colour] != NONE) {
      colour++;
    }
    return colour;
  }
}

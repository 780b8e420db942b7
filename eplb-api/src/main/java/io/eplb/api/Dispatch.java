package io.eplb.api;

import io.eplb.api.wording.Listed;
import io.eplb.api.wording.OneLine;
import java.util.Arrays;
import java.util.List;

/**
 * The way in which an engine divides an expert's tokens among its replicas. A placement is as good
 * as the dispatch that uses it: the same map has another peak under each of them.
 *
 * <p>Example: experts A and B have 60 and 20 tokens. Rank 0 holds A, rank 1 holds A and B.
 *
 * <pre>
 *           rank 0   rank 1   peak
 * EVEN      30       30 + 20  50
 * LP        40       20 + 20  40
 * SINGLE    60       20       60
 * </pre>
 *
 * <p>Kernels for all three are in {@code io.eplb.api.dispatch}.
 */
public enum Dispatch {
  /**
   * Every replica gets an equal part of its expert's tokens. What DeepSeek's EPLB and TensorRT-LLM
   * plan for; vLLM (replica by token) and vLLM-Ascend (replica by source rank) amount to it when
   * all ranks send alike.
   */
  EVEN("even"),
  /**
   * The tokens of each batch are divided so that the greatest load ÷ speed of a rank is least, the
   * optimum of a linear program. Sources: LPLB (deepseek-ai/LPLB), and the LP dispatch of SGLang.
   */
  LP("lp"),
  /**
   * All tokens of an expert go to one of its replicas, chosen so that the greatest load ÷ speed of
   * a rank is small. The other replicas are not read in that step, which matters where reading
   * weights takes longer than computing. Source: METRO, arXiv 2512.09277.
   */
  SINGLE("single");

  private static final List<String> LABELS = Arrays.stream(values()).map(Dispatch::label).toList();

  private final String label;

  Dispatch(String label) {
    this.label = label;
  }

  /** Returns the name that command lines and configurations use: {@code even}, {@code lp}, … */
  public String label() {
    return label;
  }

  /**
   * Returns the dispatch of a label.
   *
   * @throws InvalidInputException if there is none; the message lists the labels and the nearest
   */
  public static Dispatch of(String label) {
    Require.notNull("the dispatch", label);
    for (Dispatch dispatch : values()) {
      if (dispatch.label.equals(label)) {
        return dispatch;
      }
    }
    throw new InvalidInputException(
        "there is no dispatch %s; there are %s%s"
            .formatted(
                OneLine.quote(label),
                Listed.of(LABELS),
                NearestName.of(label, LABELS)
                    .map(nearest -> "; did you mean " + nearest + "?")
                    .orElse("")));
  }
}

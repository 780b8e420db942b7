package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.core.consistency.TableDigest;
import io.eplb.server.observe.RejectedLayer;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a question, or the decision of a round. Its content depends on nothing but the
 * questions and the state of the group before them, so that two encodings of it are the same bytes.
 *
 * @param table the table to go on with; empty if nothing changes and the ranks of a round do not
 *     agree on the table in force
 * @param changed whether any layer changes
 * @param layerPriority the layers that change, most profitable first
 * @param moved experts that ranks have to receive
 * @param parBefore mean PAR over the layers of the table in force, under the estimate; NaN if
 *     unknown
 * @param parAfter the same of {@code table}
 * @param rejected the layers whose new row broke a rule
 * @param reason one line that says why nothing changes although a plan was asked for: a failure of
 *     the policy, or ranks that were missing or differed; empty otherwise
 * @param unanimous false if the ranks of a round did not all ask the same in time
 * @param missing the ranks that did not ask in time, ascending
 * @param different the ranks that asked something else than most, ascending
 * @param inputs the digest of the question, in hexadecimal
 */
public record PlanAnswer(
    Optional<ExpertTable> table,
    boolean changed,
    List<Integer> layerPriority,
    long moved,
    double parBefore,
    double parAfter,
    List<RejectedLayer> rejected,
    Optional<String> reason,
    boolean unanimous,
    List<Integer> missing,
    List<Integer> different,
    String inputs) {
  /** Copies the lists. */
  public PlanAnswer {
    layerPriority = List.copyOf(layerPriority);
    rejected = List.copyOf(rejected);
    missing = List.copyOf(missing);
    different = List.copyOf(different);
  }

  /** Returns the digest of the table's rows in hexadecimal; empty without a table. */
  public String digest() {
    return table.map(rows -> TableDigest.of(rows).toText()).orElse("");
  }
}

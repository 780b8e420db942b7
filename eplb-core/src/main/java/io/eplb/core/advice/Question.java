package io.eplb.core.advice;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.simulation.MovePrice;
import io.eplb.core.simulation.StepTimeModel;
import java.util.Optional;

/**
 * The recording and the serving that advice is asked about.
 *
 * @param recording the loads, a window or a single step each
 * @param stepsPerWindow the steps from one plan to the next, 1 or more
 * @param present the group as it serves now
 * @param maxRedundant the most redundant experts to be tried, 0 or more
 * @param dispatch the way in which the engine spreads tokens over replicas now
 * @param stepTime the model that predicts the time of steps, for a recording of single steps
 * @param movePrice the price of the moves, if their time is to be counted
 */
public record Question(
    LoadRecording recording,
    int stepsPerWindow,
    EpTopology present,
    int maxRedundant,
    Dispatch dispatch,
    Optional<StepTimeModel> stepTime,
    Optional<MovePrice> movePrice) {
  /** The fewest windows that can be parted: two to learn from and two to score. */
  public static final int FEWEST_WINDOWS = 4;

  /**
   * Creates a question.
   *
   * @throws InvalidInputException if the group has other experts than the recording, or a number is
   *     out of range
   */
  public Question {
    if (recording.experts() != present.experts()) {
      throw new InvalidInputException(
          "I1: the recording has %d experts, the topology %d; they must agree"
              .formatted(recording.experts(), present.experts()));
    }
    if (stepsPerWindow > recording.windows()) {
      throw new InvalidInputException(
          "a window of %d steps is longer than the recording, which has %d; name fewer steps"
              .formatted(stepsPerWindow, recording.windows()));
    }
    if (stepsPerWindow < 1 || maxRedundant < 0) {
      throw new InvalidInputException(
          "%d steps per window and at most %d redundant experts; there must be 1 or more, and 0 or more"
              .formatted(stepsPerWindow, maxRedundant));
    }
  }

  /** Returns the number of whole windows. */
  public int windows() {
    return recording.windows() / stepsPerWindow;
  }

  /** Returns the number of windows that only teach. */
  public int taught() {
    return (windows() + 1) / 2;
  }

  /** Returns the number of windows that are held back. */
  public int heldBack() {
    return windows() - taught();
  }

  /** Returns whether the windows of the recording are single steps. */
  public boolean steps() {
    return stepsPerWindow > 1 || stepTime.isPresent();
  }

  /** Returns the cost that candidates are compared by. */
  public Measure measure() {
    if (stepTime.isPresent()) {
      return Measure.TIME;
    }
    return steps() ? Measure.STEP : Measure.WINDOW;
  }

  /** Returns whether the cost of a candidate has its moves in it. */
  public boolean movesPriced() {
    return stepTime.isPresent() && movePrice.isPresent();
  }

  /** Returns the group with another redundancy. */
  EpTopology topology(int redundantExperts) {
    return EpTopology.withRedundantExperts(
        present.experts(),
        present.ranks(),
        present.nodes(),
        present.expertGroups(),
        redundantExperts);
  }

  /** Returns the tokens of an active expert in a row of the recording, mean; 0 if all are idle. */
  double tokensPerActiveExpert() {
    double tokens = 0.0;
    long active = 0;
    for (int window = 0; window < recording.windows(); window++) {
      for (int layer = 0; layer < recording.layers(); layer++) {
        for (int expert = 0; expert < recording.experts(); expert++) {
          double load = recording.tokens(window, layer, expert);
          tokens += load;
          active += load > 0.0 ? 1 : 0;
        }
      }
    }
    return active == 0 ? 0.0 : tokens / active;
  }
}

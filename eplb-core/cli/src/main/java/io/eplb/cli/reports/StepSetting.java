package io.eplb.cli.reports;

import io.eplb.core.simulation.StepTimeModel;
import java.util.Optional;

/**
 * The treatment of single steps in a simulation.
 *
 * @param scored whether plans are scored on single steps beside windows
 * @param measure the figures that are shown for them
 * @param time the model that predicts their time, if they are timed
 * @param planFrom the number of latest steps that plans are made from; empty for windows
 */
public record StepSetting(
    boolean scored, StepMeasure measure, Optional<StepTimeModel> time, Optional<Integer> planFrom) {

  JsonObject add(JsonObject json) {
    return json.withPresent("measure", scored ? Optional.of(measure.toString()) : Optional.empty())
        .withPresent("planFromSteps", planFrom)
        .withPresent(
            "stepTime",
            time.map(
                model ->
                    new JsonObject()
                        .with("fixed", model.fixed())
                        .with("perToken", model.perToken())
                        .with("perExpert", model.perExpert())));
  }
}

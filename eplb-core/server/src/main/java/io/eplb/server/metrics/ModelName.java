package io.eplb.server.metrics;

import io.micrometer.core.instrument.Tags;

/**
 * A model of a group.
 *
 * @param group the group's name
 * @param model its shape, such as {@code 75x256}
 */
record ModelName(String group, String model) {
  Tags tags() {
    return Tags.of("group", group, "model", model);
  }
}

package io.eplb.server.observe;

/**
 * A layer whose new row broke a rule, so that it keeps its old one.
 *
 * @param layer from 0
 * @param rule the rule's name, such as {@code P4}
 * @param message one line
 */
public record RejectedLayer(int layer, String rule, String message) {}

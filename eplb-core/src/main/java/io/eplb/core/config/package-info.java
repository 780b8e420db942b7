/**
 * Configuration: the keys of an engine's {@code eplb_config} block and ours beside them, from YAML
 * or JSON.
 *
 * <p>Every setting is a {@link io.eplb.api.PolicyOption} (name, type, default, bounds,
 * description), the core's and the policies' alike. The command line wins over the file, the file
 * over the default; {@link io.eplb.core.config.EplbConfig} remembers where each value came from.
 * Decisions: an unknown key is an error wherever it stands; where both {@code eplb_policy} and
 * {@code eplb_policy_type} are given, the name wins; an input path is never opened for writing, and
 * checking a path never changes what it names.
 *
 * <p>Documents are read as package {@code format.document} says; besides, a key given twice is
 * refused, and a whole number has neither point nor exponent.
 */
@NullMarked
package io.eplb.core.config;

import org.jspecify.annotations.NullMarked;

/**
 * The configuration, in YAML or JSON: the keys of an engine's {@code eplb_config} block and our
 * own.
 *
 * <p>Every setting is a {@link io.eplb.api.PolicyOption} (name, type, default, bounds,
 * description), the core's and the policies' alike. The command line wins over the file, the file
 * over the default; {@link io.eplb.core.config.EplbConfig} remembers where each value came from.
 * Decisions: an unknown key is an error wherever it stands; where both {@code eplb_policy} and
 * {@code eplb_policy_type} are given, the name wins; an input path is never opened for writing, and
 * a check of a path never changes the file.
 *
 * <p>Documents follow the rules of package {@code format.document}. In addition, a key that is
 * given twice is refused, and a whole number has neither point nor exponent.
 */
@NullMarked
package io.eplb.core.config;

import org.jspecify.annotations.NullMarked;

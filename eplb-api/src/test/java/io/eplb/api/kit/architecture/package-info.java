/**
 * The architecture rules of a policy's jar, which need ArchUnit beside JUnit Jupiter and the API.
 * Usage: {@link io.eplb.api.kit}.
 */
@NullMarked
package io.eplb.api.kit.architecture;

import org.jspecify.annotations.NullMarked;

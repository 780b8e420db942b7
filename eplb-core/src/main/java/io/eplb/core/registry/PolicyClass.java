package io.eplb.core.registry;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The place of a policy's class, from which another process can load it too. Immutable.
 *
 * @param jar the jar of a policy folder; empty if the class is on the class path or module path
 * @param className the name of the class
 */
public record PolicyClass(Optional<Path> jar, String className) {}

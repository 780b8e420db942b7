package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * A place that policies may come from, and the name under which people know it. Loading is the same
 * whether it is a jar of the class path, a module or a jar of its own.
 *
 * @param location the path of the jar or folder, or another name that people recognise
 * @param open starts a service loader over what is there
 */
record PolicySource(String location, Supplier<ServiceLoader<EplbPolicy>> open) {
  /** Returns the source of everything that a class loader sees. */
  static PolicySource of(String location, ClassLoader loader) {
    return new PolicySource(location, () -> ServiceLoader.load(EplbPolicy.class, loader));
  }

  /** Returns the source of everything that the modules of a layer provide. */
  static PolicySource of(ModuleLayer layer) {
    return new PolicySource("module path", () -> ServiceLoader.load(layer, EplbPolicy.class));
  }
}

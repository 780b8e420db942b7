package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;

/** The file in which a jar names the policies that it provides. */
final class ServiceFile {
  static final String NAME = "META-INF/services/" + EplbPolicy.class.getName();

  private ServiceFile() {}
}

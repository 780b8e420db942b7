package io.eplb.core.registry;

import io.eplb.api.wording.OneLine;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** The version of the policy API in the manifest of a jar. */
final class ApiVersion {
  /** The main attribute of the manifest; a jar without it was built for version 1. */
  static final Attributes.Name ATTRIBUTE = new Attributes.Name("EPLB-Api-Version");

  /** The version of this runtime. */
  static final String SUPPORTED = "1";

  private ApiVersion() {}

  /** Returns the reason against a jar of this manifest; null if there is none. */
  static @Nullable String fault(@Nullable Manifest manifest) {
    String stated = manifest == null ? null : manifest.getMainAttributes().getValue(ATTRIBUTE);
    if (stated == null || stated.strip().equals(SUPPORTED)) {
      return null;
    }
    String version = OneLine.brief(stated);
    return version.matches("[1-9][0-9]{0,8}")
        ? "it was built for version %s of the policy API; this runtime has version %s"
            .formatted(version, SUPPORTED)
        : "its manifest states %s '%s'; a whole number, such as %s, is required"
            .formatted(ATTRIBUTE, version, SUPPORTED);
  }
}

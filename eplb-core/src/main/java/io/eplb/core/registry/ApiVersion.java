package io.eplb.core.registry;

import io.eplb.api.wording.OneLine;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version of the policy API in the manifest of a jar, {@code major.minor}. A jar links with
 * this runtime if its major version is the same and its minor version is not greater.
 *
 * <p>Example: a runtime of version 1.2 takes jars of 1, 1.0, 1.1 and 1.2; 1.3 and 2.0 are refused.
 */
record ApiVersion(int major, int minor) {
  /** The main attribute of the manifest; a jar without it was built for version 1.0. */
  static final Attributes.Name ATTRIBUTE = new Attributes.Name("EPLB-Api-Version");

  /** The version of this runtime; the manifest of the API's jar states the same. */
  private static final ApiVersion SUPPORTED = new ApiVersion(1, 2);

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})(?:\\.([0-9]{1,9}))?");

  /** Returns the reason against a jar of this manifest; null if there is none. */
  static @Nullable String fault(@Nullable Manifest manifest) {
    return fault(
        manifest == null ? null : manifest.getMainAttributes().getValue(ATTRIBUTE), SUPPORTED);
  }

  /** Returns the reason against a stated version, with a runtime of another; null if none. */
  static @Nullable String fault(@Nullable String stated, ApiVersion supported) {
    if (stated == null) {
      return null;
    }
    Matcher version = FORM.matcher(stated.strip());
    if (!version.matches()) {
      return "its manifest states %s '%s'; a version such as %s is required"
          .formatted(ATTRIBUTE, OneLine.brief(stated), supported);
    }
    int major = Integer.parseInt(version.group(1));
    int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
    return major == supported.major && minor <= supported.minor
        ? null
        : "it was built for version %s of the policy API; this runtime has version %s, and takes %s.0 to %s"
            .formatted(new ApiVersion(major, minor), supported, supported.major, supported);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}

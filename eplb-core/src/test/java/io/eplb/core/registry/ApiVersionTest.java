package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {
  private static final ApiVersion RUNTIME = new ApiVersion(3, 2);

  @ParameterizedTest
  @ValueSource(strings = {"3", "3.0", "3.1", "3.2", " 3.2 "})
  void theSameMajorVersionAndAMinorVersionUpToTheRuntimesAreTaken(String stated) {
    assertNull(ApiVersion.fault(stated, RUNTIME));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.3", "3.10", "4", "4.0", "2", "2.9"})
  void aNewerMinorVersionAndAnotherMajorVersionAreRefused(String stated) {
    assertNotNull(ApiVersion.fault(stated, RUNTIME));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0.1", "3.", ".2", "3.2.1", "v3", "-3", "3,2", "99999999999"})
  void whatIsNoVersionIsRefused(String stated) {
    assertEquals(
        "its manifest states EPLB-Api-Version '%s'; a version such as 3.2 is required"
            .formatted(stated),
        ApiVersion.fault(stated, RUNTIME));
  }

  @Test
  void theReasonSaysWhichVersionsAreTaken() {
    assertEquals(
        "it was built for version 3.10 of the policy API; this runtime has version 3.2, and takes"
            + " 3.0 to 3.2",
        ApiVersion.fault("3.10", RUNTIME));
  }

  @Test
  void aJarThatStatesNothingWasBuiltForTheFirstVersion() {
    assertNull(ApiVersion.fault(null, new ApiVersion(1, 5)));
  }
}

package io.eplb.api.kit.selftest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class KitArchitectureTest {
  private final JavaClasses kit =
      new ClassFileImporter()
          .importPackages("io.eplb.api.kit")
          .that(resideInAnyPackage("io.eplb.api.kit", "io.eplb.api.kit.architecture"));

  private static ArchRule only(String packageName, String... more) {
    return classes()
        .that()
        .resideInAPackage(packageName)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    packageName,
                    "io.eplb.api",
                    "io.eplb.api.contract",
                    "java..",
                    "org.junit.jupiter.api",
                    "org.opentest4j",
                    "org.jspecify.annotations")
                .or(resideInAnyPackage(more)))
        .because("a test-jar brings no dependencies along, so its users declare each of them");
  }

  @Test
  void theKitNeedsJUnitJupiterAndTheApiAlone() {
    only("io.eplb.api.kit").check(kit);
  }

  @Test
  void theArchitectureRulesNeedArchUnitBesides() {
    only("io.eplb.api.kit.architecture", "com.tngtech.archunit..").check(kit);
  }

  @Test
  void thereIsAKitToJudge() {
    assertTrue(kit.size() >= 30, () -> "only " + kit.size() + " classes were found");
  }
}

package io.eplb.policies;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.Placement;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoliciesArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.eplb.policies");

  private static long count(String packagePrefix) {
    return CLASSES.stream().filter(type -> type.getPackageName().startsWith(packagePrefix)).count();
  }

  @Test
  void thereIsSomethingToCheck() {
    assertTrue(count("io.eplb.policies.kernel") >= 10, "kernels");
    for (String family : List.of("ascend", "baseline", "deepseek", "flashlb", "incremental")) {
      assertTrue(count("io.eplb.policies." + family) >= 3, family);
    }
  }

  @Test
  void policiesDependOnTheApiAndTheJdkAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.eplb.policies..", "io.eplb.api..", "java..", "org.jspecify.annotations..")
        .because("a policy has to run in any core that brings the API")
        .check(CLASSES);
  }

  @Test
  void policiesAreFinalWithAPublicConstructorWithoutArguments() {
    classes()
        .that()
        .implement(EplbPolicy.class)
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT)
        .should(bePublicAndFinalWithAPublicConstructor())
        .because("ServiceLoader creates them, and no other jar extends them")
        .check(CLASSES);
    assertTrue(CLASSES.stream().filter(type -> type.isAssignableTo(EplbPolicy.class)).count() >= 3);
  }

  private static ArchCondition<JavaClass> bePublicAndFinalWithAPublicConstructor() {
    return new ArchCondition<>("be public and final with a public constructor without arguments") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean constructor =
            type.tryGetConstructor()
                .map(found -> found.getModifiers().contains(JavaModifier.PUBLIC))
                .orElse(false);
        boolean right =
            constructor
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getModifiers().contains(JavaModifier.FINAL);
        events.add(new SimpleConditionEvent(type, right, type.getName()));
      }
    };
  }

  @Test
  void kernelsUseNoStreamsBoxesCollectionsClocksOrLoggers() {
    noClasses()
        .that()
        .resideInAPackage("io.eplb.policies.kernel..")
        .should()
        .dependOnClassesThat(
            describe(
                "streams, boxes, collections, clocks or loggers",
                type ->
                    type.getPackageName().startsWith("java.util.stream")
                        || type.getPackageName().startsWith("java.util.concurrent")
                        || type.getPackageName().startsWith("java.time")
                        || type.getPackageName().startsWith("java.util.logging")
                        || type.isAssignableTo(Iterable.class)
                        || type.isAssignableTo(java.util.Map.class)
                        || type.isAssignableTo(java.util.Random.class)))
        .because("a kernel's time and memory must be those of its arithmetic")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.eplb.policies.kernel..")
        .should()
        .callMethod(Integer.class, "valueOf", int.class)
        .orShould()
        .callMethod(Long.class, "valueOf", long.class)
        .orShould()
        .callMethod(Float.class, "valueOf", float.class)
        .orShould()
        .callMethod(Double.class, "valueOf", double.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("a kernel neither boxes nor looks at a clock")
        .check(CLASSES);
  }

  @Test
  void kernelsKnowNoPolicyAndOfTheApiTheShapesAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.eplb.policies.kernel..")
        .should()
        .dependOnClassesThat(
            describe(
                "policies, or types of the API beside EpTopology, EpRanks and Placement",
                type ->
                    (type.getPackageName().startsWith("io.eplb.policies.")
                            && !type.getPackageName().equals("io.eplb.policies.kernel"))
                        || (type.getPackageName().startsWith("io.eplb.api")
                            && !type.isEquivalentTo(EpTopology.class)
                            && !type.isEquivalentTo(EpRanks.class)
                            && !type.isEquivalentTo(Placement.class))))
        .because("kernels are shared by all families and work on arrays")
        .check(CLASSES);
  }

  @Test
  void noFamilyOfPoliciesDependsOnAnother() {
    slices()
        .matching("io.eplb.policies.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            DescribedPredicate.alwaysTrue(), resideInAPackage("io.eplb.policies.kernel.."))
        .because("families share kernels and the API alone, so each can be removed on its own")
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching("io.eplb.policies.(*)..")
        .should()
        .beFreeOfCycles()
        .because("a family must be understood, and removed, on its own")
        .check(CLASSES);
  }
}

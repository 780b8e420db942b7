package io.eplb.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerArchitectureTest {
  /** The least number of classes to judge, so that the rules cannot pass on an empty service. */
  private static final int FEWEST_CLASSES = 100;

  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.eplb.server");

  @Test
  void thereIsAServiceToJudge() {
    assertTrue(SERVICE.size() >= FEWEST_CLASSES, "only " + SERVICE.size() + " classes");
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching("io.eplb.server.(*)")
        .should()
        .beFreeOfCycles()
        .because("a package is one idea, and ideas build on each other in one direction")
        .check(SERVICE);
  }

  @ParameterizedTest
  @CsvSource({
    "problem, ''",
    "listen, ''",
    "state, problem",
    "observe, ''",
    "planning, 'observe problem state'",
    "round, 'observe planning problem state'",
    "message, 'observe planning problem round'",
    "metrics, observe",
    "page, observe",
    "http, 'listen problem'",
    "cluster, ''",
    "rpc, 'cluster http listen problem'",
    "agent, 'cluster http listen metrics observe rpc'",
    "planner, 'cluster http listen metrics observe'",
    "routes, 'http message metrics observe page planning problem round'",
  })
  void aPackageUsesNothingButWhatStandsBelowIt(String name, String below) {
    String[] allowed =
        ("server." + name + " " + below.replaceAll("(\\w+)", "server.$1")).strip().split(" +");
    for (int index = 0; index < allowed.length; index++) {
      allowed[index] = "io.eplb." + allowed[index];
    }
    classes()
        .that()
        .resideInAPackage("io.eplb.server." + name)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(resideOutsideOfPackages("io.eplb.server..")))
        .because("a request passes the packages in one direction, as the module's text says")
        .check(SERVICE);
  }

  @Test
  void theServiceNamesNoConcretePolicyAndNoCommandLine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.eplb.policies..", "io.eplb.cli..", "picocli..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ServiceLoader.class)
        .because("policies are found by the library, and the program stands on top of the service")
        .check(SERVICE);
  }

  @Test
  void jettyStaysAtTheEdge() {
    noClasses()
        .that(
            resideOutsideOfPackages(
                "io.eplb.server.http", "io.eplb.server.routes", "io.eplb.server.page"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.eclipse.jetty..")
        .because("plans and rounds are the same however they are asked for")
        .check(SERVICE);
  }

  @Test
  void micrometerStaysWithTheFigures() {
    noClasses()
        .that(resideOutsideOfPackages("io.eplb.server.metrics"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.prometheus..")
        .because("who is measured only tells what happened")
        .check(SERVICE);
  }

  @Test
  void jacksonStaysWithTheDocuments() {
    noClasses()
        .that(
            resideOutsideOfPackages(
                "io.eplb.server.http",
                "io.eplb.server.message",
                "io.eplb.server.page",
                "io.eplb.server.routes",
                "io.eplb.server.rpc"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .because("only what reads and writes documents should know how they are parsed")
        .check(SERVICE);
  }

  @Test
  void aServiceHasNoStandardStreamsAndEndsNoProcess() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .because("it may be embedded; its program talks to the user")
        .check(SERVICE);
  }

  @Test
  void utilitiesHaveNames() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Misc)")
        .because("such a name says that the idea has not been found yet")
        .check(SERVICE);
  }
}

package io.eplb.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.eplb.core.engine.memory.MappedFile;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that keep the switch between many processes safe, and the dependencies of its packages. */
class ManyProcessesArchitectureTest {
  private static final String PROMISE = "io.eplb.core.update.promise";
  private static final String RECORD = "io.eplb.core.record";
  private static final String CLUSTER = "io.eplb.core.cluster";

  /** The classes of these packages; fewer than this and the rules would hold about nothing. */
  private static final int FEWEST_CLASSES = 80;

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.eplb.core");

  @Test
  void thereArePackagesToJudge() {
    long seen = CORE.stream().filter(resideInAnyPackage(PROMISE, RECORD, CLUSTER)).count();
    assertTrue(seen >= FEWEST_CLASSES, "only " + seen + " classes");
  }

  @Test
  void filesAreMappedInOnePlaceForTheEnginesMemoryAlone() {
    noClasses()
        .that(resideOutsideOfPackages("io.eplb.core.engine.memory"))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(FileChannel.MapMode.class)
        .because("a mapped file that becomes shorter kills the process, so none may")
        .check(CORE);
    noClasses()
        .that(resideOutsideOfPackages("io.eplb.core.engine.memory", "io.eplb.core.engine.shared"))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(MappedFile.class)
        .because("who reads memory that another process writes has to follow the gate's rules")
        .check(CORE);
  }

  @Test
  void noDecisionRestsOnAClock() {
    noClasses()
        .that()
        .resideInAnyPackage(PROMISE, RECORD, CLUSTER, "io.eplb.core.update.layer")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Instant.class)
        .because("time limits repeat questions, and are read off the timeline that tests drive")
        .check(CORE);
  }

  @Test
  void theProtocolHasNoThreadOfItsOwn() {
    noClasses()
        .that()
        .resideInAnyPackage(PROMISE, RECORD, "io.eplb.core.update.layer")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ExecutorService.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executors.class)
        .because("all of it happens on a timeline, so that a simulation can try every order")
        .check(CORE);
  }

  @ParameterizedTest
  @CsvSource({
    "timeline, foreign",
    "lock, format",
    "record, 'argument consistency foreign'",
    "update.promise, 'argument consistency context foreign migration record timeline update"
        + " update.layer'",
    "cluster, 'argument consistency foreign timeline update.promise'",
    "engine.memory, 'argument format'",
    "engine.shared, 'argument engine.memory foreign format record update update.promise'",
    "engine.standin, 'argument engine.shared foreign format load lock record'",
  })
  void aPackageUsesNothingButWhatStandsBelowIt(String name, String below) {
    String[] allowed =
        ("core." + name + " " + below.replaceAll("([\\w.]+)", "core.$1")).split(" +");
    for (int index = 0; index < allowed.length; index++) {
      allowed[index] = "io.eplb." + allowed[index];
    }
    classes()
        .that()
        .resideInAPackage("io.eplb.core." + name)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(resideOutsideOfPackages("io.eplb.core..")))
        .because(
            "a rank, the record and the group are contracts: neither knows the runtime, the"
                + " protocol of one process, or how another is reached")
        .check(CORE);
  }
}

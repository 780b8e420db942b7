package io.eplb.zookeeper;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ZooKeeperArchitectureTest {
  private static final int FEWEST_CLASSES = 20;

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.eplb.zookeeper");

  @Test
  void thereIsAModuleToJudge() {
    assertTrue(MODULE.size() >= FEWEST_CLASSES, "only " + MODULE.size() + " classes");
  }

  @Test
  void requestsAreMadeInOnePlace() {
    noClasses()
        .that(DescribedPredicate.not(belongToAnyOf(Requests.class)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.curator.x.async..")
        .because("there all of them complete on one thread, and fail in one way")
        .check(MODULE);
  }

  @Test
  void theServerStaysInTheEmbeddedOne() {
    noClasses()
        .that(DescribedPredicate.not(belongToAnyOf(EmbeddedZooKeeper.class)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.zookeeper.server..")
        .because("a process of an ensemble is a client")
        .check(MODULE);
  }

  @Test
  void jacksonStaysWithTheRecord() {
    noClasses()
        .that(DescribedPredicate.not(belongToAnyOf(RecordContent.class)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .because("no other znode is a document")
        .check(MODULE);
  }

  @Test
  void theModuleStandsOnTheLibraryAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("io.eplb.policies..", "io.eplb.server..", "io.eplb.cli..")
        .because("the service and the program stand on top of it")
        .check(MODULE);
  }
}

package dev.tandem.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.jspecify.annotations.NullMarked;

/**
 * Dependencies point inward (docs/architecture.md). A rule that must change says why in its commit.
 */
@AnalyzeClasses(
    packages = {"dev.tandem.sip", "dev.tandem.gateway"},
    importOptions = DoNotIncludeTests.class)
class LayersTest {
  private static final String SIP = "dev.tandem.sip";
  private static final String GATEWAY = "dev.tandem.gateway";

  // Where each library stops.

  @ArchTest
  static final ArchRule jainSipStopsAtTheSipAdapter =
      only(SIP + "..", GATEWAY + ".sip..").mayUse("javax.sip..", "gov.nist..");

  @ArchTest
  static final ArchRule withinTheStackSocketsAndDigestsKnowNoJainSip =
      noClasses()
          .that()
          .resideInAnyPackage(
              SIP + ".transport..", SIP + ".time..", SIP + ".auth..", SIP + ".dns..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.sip..", "gov.nist..");

  @ArchTest
  static final ArchRule undertowStopsAtTheTransportsAndTheAdmin =
      only(SIP + ".transport..", GATEWAY + ".admin..", GATEWAY + ".json.http..", GATEWAY)
          .mayUse("io.undertow..", "org.xnio..");

  @ArchTest
  static final ArchRule micrometerStopsAtTheMetrics =
      only(GATEWAY + ".metrics..").mayUse("io.micrometer..", "io.prometheus..");

  @ArchTest
  static final ArchRule jacksonIsForConfigurationAndHttpAndWhatEnginesReport =
      only(GATEWAY + ".config..", GATEWAY + ".json..", GATEWAY + ".admin..", GATEWAY + ".media..")
          .mayUse("com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule caffeineIsForWhatIsKept =
      only(
              GATEWAY + ".guard..",
              GATEWAY + ".registrar..",
              GATEWAY + ".message..",
              GATEWAY + ".limit..",
              SIP + ".dns..",
              SIP + ".stack..")
          .mayUse("com.github.benmanes.caffeine..");

  @ArchTest static final ArchRule dnsIsAskedInOnePlace = only(SIP + ".dns..").mayUse("org.xbill..");

  @ArchTest
  static final ArchRule theCommandLineAndLogbackAreForTheRoot =
      only(GATEWAY).mayUse("picocli..", "ch.qos.logback..");

  // Who may know whom.

  @ArchTest
  static final ArchRule theStackKnowsNothingOfTheGateway =
      noClasses()
          .that()
          .resideInAPackage(SIP + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(GATEWAY + "..");

  @ArchTest
  static final ArchRule aCallIsAValue =
      classes()
          .that()
          .resideInAPackage(GATEWAY + ".call..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              GATEWAY + ".call..",
              "java.lang..",
              "java.util",
              "java.util.regex",
              "java.time",
              "java.nio.charset",
              "org.jspecify..");

  @ArchTest
  static final ArchRule sessionDescriptionsAreText =
      classes()
          .that()
          .resideInAPackage(GATEWAY + ".sdp..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              GATEWAY + ".sdp..",
              "java.lang..",
              "java.util",
              "java.util.function",
              "java.util.stream",
              "java.nio.charset",
              "org.jspecify..");

  @ArchTest
  static final ArchRule routingIsPure =
      noClasses()
          .that()
          .resideInAPackage(GATEWAY + ".routing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.concurrent..",
              "java.net..",
              "java.io..",
              GATEWAY + ".sip..",
              GATEWAY + ".admin..",
              GATEWAY + ".metrics..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule adaptersNeverKnowEachOther =
      slices()
          .matching(GATEWAY + ".(sip|json|admin)..")
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theConcernsOfSipDoNotGoRound =
      slices().matching(GATEWAY + ".sip.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule transportsNeverKnowEachOther =
      slices().matching(SIP + ".transport.(ws|net)..").should().notDependOnEachOther();

  @ArchTest static final ArchRule aMessageIsJustAMessage = layer("message", "message");

  @ArchTest static final ArchRule time = layer("time", "time");

  @ArchTest
  static final ArchRule aTransportCarriesBytes = layer("transport", "transport", "time", "message");

  @ArchTest
  static final ArchRule theStackParsesAndMatches =
      layer("stack", "stack", "transport", "time", "message");

  @ArchTest
  static final ArchRule aDialogIsAValue = layer("dialog", "dialog", "message", "transport");

  @ArchTest static final ArchRule namesBecomeAddresses = layer("dns", "dns", "transport", "time");

  @ArchTest static final ArchRule authentication = layer("auth", "auth", "message", "time");

  @ArchTest
  static final ArchRule theUserAgentStandsOnAllOfThem =
      layer("ua", "ua", "stack", "dialog", "auth", "dns", "transport", "time", "message");

  @ArchTest
  static final ArchRule configurationKnowsOnlyNamesOfTransports =
      noClasses()
          .that()
          .resideInAPackage(GATEWAY + ".config..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.tandem..")
                  .and(
                      not(
                          resideInAnyPackage(
                              GATEWAY + ".config..", GATEWAY + ".sdp", SIP + ".transport"))));

  @ArchTest
  static final ArchRule packagesMakeNoCircles =
      slices().matching("dev.tandem.(**)").should().beFreeOfCycles();

  // How we write.

  @ArchTest
  static final ArchRule nobodyPrintsButMain =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(GATEWAY + ".Main")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule logsGoThroughSlf4j =
      GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .should(
              new ArchCondition<JavaClass>("reside in a @NullMarked package") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  events.add(
                      new SimpleConditionEvent(
                          item,
                          item.getPackage().isAnnotatedWith(NullMarked.class),
                          item.getFullName() + " is in a package without @NullMarked"));
                }
              });

  private static final class Only {
    private final String[] packages;

    Only(String... packages) {
      this.packages = packages;
    }

    ArchRule mayUse(String... libraries) {
      return noClasses()
          .that()
          .resideOutsideOfPackages(packages)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(libraries);
    }
  }

  private static Only only(String... packages) {
    return new Only(packages);
  }

  /** A package of the stack, its own sub-packages included, and those it may know. */
  private static ArchRule layer(String name, String... mayKnow) {
    String[] known = new String[mayKnow.length];
    for (int i = 0; i < mayKnow.length; i++) {
      known[i] = SIP + "." + mayKnow[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage(SIP + "." + name + "..")
        .should()
        .dependOnClassesThat(resideInAPackage("dev.tandem..").and(not(resideInAnyPackage(known))));
  }
}

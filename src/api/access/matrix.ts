/**
 * Who may call what: every root field of GraphQL and every route beside them declares its least role here, and nowhere
 * else. A field or route that is missing stops the build of the schema or the start of the server, so nothing is open
 * because it was forgotten. REST operations have the access of the field behind them.
 */
import type { Role } from '../../lifecycle/role.js';

/**
 * `mesh`: within the caller's tenant, with what was learned from its work. `system`: the server itself, and what was found and decided
 * about everybody's work; for people of the default tenant only.
 */
export type Reach = 'mesh' | 'system';

export interface Access {
  readonly role: Role;
  readonly reach: Reach;
}

const watch: Access = { role: 'VIEWER', reach: 'mesh' };
const operate: Access = { role: 'OPERATOR', reach: 'mesh' };
const administer: Access = { role: 'ADMIN', reach: 'mesh' };
const watchSystem: Access = { role: 'VIEWER', reach: 'system' };
const operateSystem: Access = { role: 'OPERATOR', reach: 'system' };
const administerSystem: Access = { role: 'ADMIN', reach: 'system' };

/** Whether work runs code, which takes a DEVELOPER, is told by the work and so asked by the commands. */
export const FIELDS: Readonly<Record<string, Access>> = {
  'Query.alert': watchSystem,
  /** They hold where people are told. */
  'Query.alertRule': operateSystem,
  'Query.alertRules': operateSystem,
  'Query.alerts': watchSystem,
  'Query.apiTokens': administer,
  'Query.auditLog': administer,
  'Query.auditVerdict': administerSystem,
  'Query.checkMeshFile': watch,
  'Query.configuration': administerSystem,
  'Query.consciousness': watchSystem,
  'Query.consciousnessHistory': watchSystem,
  'Query.criticalPath': watch,
  'Query.decision': watchSystem,
  'Query.decisions': watchSystem,
  'Query.driftAlarms': watch,
  'Query.edges': watch,
  'Query.episodes': watchSystem,
  'Query.events': watch,
  'Query.executionStats': watch,
  'Query.externalEvents': watchSystem,
  'Query.health': watch,
  'Query.insights': watchSystem,
  'Query.layer': watch,
  'Query.layers': watch,
  'Query.learningMetrics': watch,
  'Query.mesh': watch,
  'Query.meshAt': watch,
  'Query.meshStats': watch,
  'Query.meshGraph': watch,
  'Query.meshOutlook': watch,
  'Query.meshes': watch,
  'Query.metricHistory': watchSystem,
  'Query.metrics': watchSystem,
  'Query.model': watch,
  'Query.models': watch,
  'Query.node': watchSystem,
  'Query.nodes': watchSystem,
  'Query.patterns': watchSystem,
  'Query.placementPolicy': watchSystem,
  'Query.predict': watch,
  'Query.previewTemplate': watch,
  'Query.predictions': watch,
  'Query.runningTrainings': watch,
  'Query.schedule': watch,
  'Query.schedules': watch,
  'Query.simulateCircuit': watch,
  'Query.simulateMesh': watch,
  'Query.simulateRun': watch,
  'Query.status': watchSystem,
  'Query.task': watch,
  'Query.taskLogs': watch,
  'Query.tasks': watch,
  'Query.template': watch,
  'Query.templates': watch,
  'Query.trainings': watch,
  'Query.tuningChanges': watch,
  'Query.validateCircuit': watch,
  'Query.viewer': watch,

  'Mutation.acknowledgeAlert': operateSystem,
  'Mutation.addEdge': operate,
  'Mutation.cancelMesh': operate,
  'Mutation.cancelTask': operate,
  'Mutation.cancelTraining': administer,
  'Mutation.cordonNode': administerSystem,
  'Mutation.createAlertRule': administerSystem,
  'Mutation.createApiToken': administer,
  'Mutation.createJoinToken': administerSystem,
  'Mutation.createSchedule': operate,
  'Mutation.createTask': operate,
  'Mutation.createTemplate': operate,
  'Mutation.deleteAlertRule': administerSystem,
  'Mutation.deleteSchedule': operate,
  'Mutation.deleteTask': operate,
  'Mutation.deleteTemplate': operate,
  'Mutation.drainNode': administerSystem,
  'Mutation.evolveConsciousness': administerSystem,
  'Mutation.executeTask': operate,
  'Mutation.extendMesh': operate,
  'Mutation.holdTask': operate,
  'Mutation.instantiateTemplate': operate,
  /** The join token in its arguments says who asks. */
  'Mutation.joinCluster': watchSystem,
  'Mutation.pauseMesh': operate,
  'Mutation.pauseSchedule': operate,
  'Mutation.processEvent': administerSystem,
  'Mutation.rateDecision': administerSystem,
  'Mutation.releaseTask': operate,
  'Mutation.removeEdge': operate,
  'Mutation.rerunMesh': operate,
  'Mutation.resumeMesh': operate,
  'Mutation.resumeSchedule': operate,
  'Mutation.retryTask': operate,
  'Mutation.revokeApiToken': administer,
  'Mutation.revokeIdentity': administer,
  'Mutation.setPlacementPolicy': administerSystem,
  'Mutation.silenceAlertRule': operateSystem,
  'Mutation.submitMesh': operate,
  'Mutation.trainModel': administer,
  'Mutation.triggerSchedule': operate,
  'Mutation.undoDecision': administerSystem,
  'Mutation.updateAlertRule': administerSystem,
  'Mutation.updateSchedule': operate,
  'Mutation.updateTask': operate,
  'Mutation.updateTemplate': operate,
  'Mutation.vetoDecision': administerSystem,

  'Subscription.alertRaised': watchSystem,
  'Subscription.consciousnessEvolved': watchSystem,
  'Subscription.decisionMade': watchSystem,
  'Subscription.insightRaised': watchSystem,
  'Subscription.meshEventBatches': watch,
  'Subscription.meshEvents': watch,
  'Subscription.meshProgress': watch,
  'Subscription.metricsSampled': watchSystem,
  'Subscription.modelTrained': watch,
  'Subscription.nodeChanged': watchSystem,
  'Subscription.patternRecognized': watchSystem,
  'Subscription.predictionScored': watch,
  'Subscription.taskLog': watch,
  'Subscription.taskStatusChanged': watch,
  'Subscription.trainingProgress': watch,
};

/**
 * What deploy/kubernetes may hold, as the API of Kubernetes 1.30 has it for the attributes that are used there
 * (https://kubernetes.io/docs/reference/kubernetes-api/). Strict: what is misspelt, or of another type, is refused.
 */
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const labels = z.record(z.string().regex(/^([a-z0-9.-]+\/)?[A-Za-z0-9._-]+$/), z.string());
const selector = z.strictObject({ matchLabels: labels.optional() });
const metadata = z.strictObject({ name, labels: labels.optional() });
const count = z.int().min(0);
/** Of an `IntOrString`. */
const amount = z.union([count, z.string().regex(/^\d+%$/)]);
const port = z.int().min(1).max(65_535);
const quantity = z.string().regex(/^\d+(\.\d+)?(m|[kKMGT]i?)?$/);
const resources = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });

const probe = z
  .strictObject({
    httpGet: z
      .strictObject({
        path: z.string().startsWith('/'),
        port: z.union([port, name]),
        httpHeaders: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
      })
      .optional(),
    exec: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
    periodSeconds: count.optional(),
    timeoutSeconds: count.optional(),
    failureThreshold: count.optional(),
  })
  .refine(({ httpGet, exec }) => (httpGet === undefined) !== (exec === undefined));

const variable = z.strictObject({
  name: z.string().regex(/^[A-Z_0-9]+$/),
  value: z.string().optional(),
  valueFrom: z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.string() }) }).optional(),
});

const container = z.strictObject({
  name,
  image: z.string().regex(/^[a-z0-9./-]+:[\w.-]+$/),
  args: z.array(z.string()),
  ports: z.array(z.strictObject({ name, containerPort: port })).optional(),
  env: z.array(variable),
  resources: z.strictObject({ requests: resources, limits: resources }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.boolean(),
    capabilities: z.strictObject({ drop: z.array(z.string()) }),
  }),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  readinessProbe: probe,
  lifecycle: z
    .strictObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }) })
    .optional(),
  volumeMounts: z.array(
    z.strictObject({ name, mountPath: z.string().startsWith('/'), readOnly: z.boolean().optional() }),
  ),
});

const pod = z.strictObject({
  terminationGracePeriodSeconds: count,
  automountServiceAccountToken: z.boolean(),
  securityContext: z.strictObject({
    ...{ runAsNonRoot: z.boolean(), runAsUser: count, fsGroup: count },
    seccompProfile: z.strictObject({ type: z.enum(['RuntimeDefault', 'Localhost', 'Unconfined']) }),
  }),
  topologySpreadConstraints: z
    .array(
      z.strictObject({
        maxSkew: z.int().min(1),
        topologyKey: z.string(),
        whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
        labelSelector: selector,
      }),
    )
    .optional(),
  containers: z.array(container).min(1),
  volumes: z.array(
    z.strictObject({
      name,
      secret: z.strictObject({ secretName: name, defaultMode: count }).optional(),
      emptyDir: z.strictObject({}).optional(),
    }),
  ),
});

const scaling = z.strictObject({
  stabilizationWindowSeconds: count.max(3600),
  policies: z.array(
    z.strictObject({
      type: z.enum(['Pods', 'Percent']),
      value: z.int().min(1),
      periodSeconds: z.int().min(1).max(1800),
    }),
  ),
});
const peer = z.strictObject({ podSelector: selector.optional(), namespaceSelector: selector.optional() });

const SPECS = {
  'v1 Service': z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ name, port, targetPort: z.union([port, name]) })),
  }),
  'apps/v1 Deployment': z.strictObject({
    replicas: count.optional(),
    selector,
    strategy: z.strictObject({
      type: z.enum(['RollingUpdate', 'Recreate']),
      rollingUpdate: z.strictObject({ maxUnavailable: amount, maxSurge: amount }),
    }),
    template: z.strictObject({
      metadata: z.strictObject({ labels, annotations: labels.optional() }),
      spec: pod,
    }),
  }),
  'autoscaling/v2 HorizontalPodAutoscaler': z.strictObject({
    scaleTargetRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name }),
    minReplicas: z.int().min(1),
    maxReplicas: z.int().min(1),
    metrics: z.array(
      z.strictObject({
        type: z.literal('External'),
        external: z.strictObject({
          metric: z.strictObject({ name: z.string() }),
          target: z.strictObject({ type: z.literal('AverageValue'), averageValue: quantity }),
        }),
      }),
    ),
    behavior: z.strictObject({ scaleUp: scaling, scaleDown: scaling }),
  }),
  'policy/v1 PodDisruptionBudget': z
    .strictObject({ minAvailable: amount.optional(), maxUnavailable: amount.optional(), selector })
    .refine(
      ({ minAvailable, maxUnavailable }) => (minAvailable === undefined) !== (maxUnavailable === undefined),
    ),
  'networking.k8s.io/v1 NetworkPolicy': z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(
      z.strictObject({
        from: z.array(peer),
        ports: z.array(z.strictObject({ port: z.union([port, name]) })),
      }),
    ),
  }),
} as const;

/** Throws what is wrong with a manifest. */
export function parseManifest(manifest: { readonly apiVersion: string; readonly kind: string }): void {
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  if (!Object.hasOwn(SPECS, kind)) throw new Error(`no kind that is used here: ${kind}`);
  const spec = SPECS[kind as keyof typeof SPECS];
  z.strictObject({ apiVersion: z.string(), kind: z.string(), metadata, spec }).parse(manifest);
}

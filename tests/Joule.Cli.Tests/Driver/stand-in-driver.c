/* A stand-in for NVIDIA's driver library (libcuda.so.1) on a machine without a GPU. Structures and functions are declared as in cuda.h of
   CUDA 12, so a program that passes anything else is found. Memory is that of the host; copies and clears are made, in graphs as well;
   kernels are checked and not run. Each fault is a line on standard error that begins with "stand-in fault:"; when the context is released,
   a line tells the numbers of calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int CUresult;
typedef void *Handle;
typedef unsigned long long CUdeviceptr;

enum { MostBlocks = 1 << 16, MostParameters = 64, MostNodes = 1024 };

typedef struct { char *at; size_t bytes; } Block;
typedef struct {
    char name[128];
    int parameters, bytes[MostParameters], threads, cluster, most_shared;
} Kernel;
typedef struct {
    Handle func;
    unsigned gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes;
    void **kernelParams, **extra;
    Handle kern, ctx;
} CUDA_KERNEL_NODE_PARAMS;
typedef struct {
    size_t srcXInBytes, srcY, srcZ, srcLOD;
    int srcMemoryType;
    const void *srcHost;
    CUdeviceptr srcDevice;
    Handle srcArray, reserved0;
    size_t srcPitch, srcHeight;
    size_t dstXInBytes, dstY, dstZ, dstLOD;
    int dstMemoryType;
    void *dstHost;
    CUdeviceptr dstDevice;
    Handle dstArray, reserved1;
    size_t dstPitch, dstHeight;
    size_t WidthInBytes, Height, Depth;
} CUDA_MEMCPY3D;
typedef struct {
    CUdeviceptr dst;
    size_t pitch;
    unsigned value, elementSize;
    size_t width, height;
} CUDA_MEMSET_NODE_PARAMS;
typedef struct {
    int kind; /* 0: a kernel, 1: a copy, 2: a clear */
    CUDA_MEMCPY3D copy;
    CUDA_MEMSET_NODE_PARAMS fill;
} Node;
typedef struct { Node *nodes[MostNodes]; int count; } Graph;

static char context[16];
static __thread Handle current;
static Block on_device[MostBlocks], on_host[MostBlocks];
static int device_blocks, host_blocks;
static long launches, graph_launches, changes, allocations;

static CUresult fault(const char *what) {
    fprintf(stderr, "stand-in fault: %s\n", what);
    return 1;
}

#define CONTEXT() if (current != context) return fault(__func__)
#define TRY(call) do { CUresult code = call; if (code) return code; } while (0)

static Block *find(Block *blocks, int count, const void *at, size_t bytes) {
    for (int i = 0; i < count; i++) {
        char *start = blocks[i].at;
        if (start && (char *)at >= start && (char *)at + bytes <= start + blocks[i].bytes)
            return blocks + i;
    }
    return NULL;
}

static CUresult inside(CUdeviceptr at, size_t bytes) {
    return find(on_device, device_blocks, (void *)at, bytes) ? 0 : fault("an address outside the GPU's memory");
}

static CUresult locked(const void *at, size_t bytes) {
    return find(on_host, host_blocks, at, bytes) ? 0 : fault("memory of the host that is not page-locked");
}

/* The driver. */
CUresult cuInit(unsigned flags) { return flags; }
CUresult cuDriverGetVersion(int *version) { *version = 12080; return 0; }
CUresult cuDeviceGetCount(int *count) { *count = 1; return 0; }
CUresult cuDeviceGet(int *device, int index) { *device = index; return index == 0 ? 0 : 101; }
CUresult cuDeviceGetName(char *name, int length, int device) { snprintf(name, length, "Stand-in"); return 0; }
CUresult cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = (size_t)4 << 30; return 0; }
CUresult cuDeviceGetAttribute(int *value, int attribute, int device) {
    switch (attribute) {
    case 75: *value = 9; return 0;       /* compute capability */
    case 76: *value = 0; return 0;
    case 16: *value = 8; return 0;       /* multiprocessors */
    case 97: *value = 232448; return 0;  /* shared memory of a block */
    case 81: *value = 233472; return 0;  /* of a multiprocessor */
    case 39: *value = 2048; return 0;    /* threads of a multiprocessor */
    default: return fault("an unknown attribute of a device");
    }
}
CUresult cuDevicePrimaryCtxRetain(Handle *made, int device) { *made = context; return 0; }
CUresult cuDevicePrimaryCtxRelease_v2(int device) {
    fprintf(stderr, "stand-in: launches %ld, graphs %ld, changes %ld, allocations left %ld\n",
        launches, graph_launches, changes, allocations);
    return 0;
}
CUresult cuCtxSetCurrent(Handle c) { current = c; return c == context ? 0 : fault("an unknown context"); }
CUresult cuGetErrorName(int code, const char **name) { *name = "CUDA_ERROR_STAND_IN"; return 0; }
CUresult cuGetErrorString(int code, const char **text) { *text = "the stand-in refused"; return 0; }

/* Memory. */
static CUresult take(Block *blocks, int *count, void **at, size_t bytes) {
    if (*count == MostBlocks || bytes == 0)
        return fault("an allocation");
    blocks[*count].bytes = bytes;
    *at = blocks[(*count)++].at = malloc(bytes);
    allocations++;
    return 0;
}
static CUresult give(Block *blocks, int count, void *at) {
    Block *block = find(blocks, count, at, 0);
    if (!block || block->at != at)
        return fault("memory that is freed and was not allocated");
    free(block->at);
    block->at = NULL;
    allocations--;
    return 0;
}
CUresult cuMemAlloc_v2(CUdeviceptr *at, size_t bytes) { CONTEXT(); return take(on_device, &device_blocks, (void **)at, bytes); }
CUresult cuMemFree_v2(CUdeviceptr at) { CONTEXT(); return give(on_device, device_blocks, (void *)at); }
CUresult cuMemHostAlloc(void **at, size_t bytes, unsigned flags) { CONTEXT(); return flags | take(on_host, &host_blocks, at, bytes); }
CUresult cuMemFreeHost(void *at) { return give(on_host, host_blocks, at); }
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, Handle stream) {
    CONTEXT();
    TRY(inside(to, bytes));
    memcpy((void *)to, from, bytes);
    return 0;
}
CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, Handle stream) {
    CONTEXT();
    TRY(inside(from, bytes));
    memcpy(to, (void *)from, bytes);
    return 0;
}
CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) { return cuMemcpyHtoDAsync_v2(to, from, bytes, NULL); }
CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) { return cuMemcpyDtoHAsync_v2(to, from, bytes, NULL); }
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, Handle stream) {
    CONTEXT();
    TRY(inside(to, bytes));
    TRY(inside(from, bytes));
    memmove((void *)to, (void *)from, bytes);
    return 0;
}
CUresult cuMemsetD32Async(CUdeviceptr to, unsigned word, size_t words, Handle stream) {
    CONTEXT();
    TRY(inside(to, 4 * words));
    for (size_t i = 0; i < words; i++)
        ((unsigned *)to)[i] = word;
    return 0;
}

/* Streams and events: everything is done when it is asked for. */
CUresult cuStreamCreate(Handle *stream, unsigned flags) { CONTEXT(); *stream = malloc(1); return flags != 1; }
CUresult cuStreamDestroy_v2(Handle stream) { free(stream); return 0; }
CUresult cuStreamSynchronize(Handle stream) { CONTEXT(); return 0; }
CUresult cuStreamWaitEvent(Handle stream, Handle event, unsigned flags) { CONTEXT(); return flags; }
CUresult cuEventCreate(Handle *event, unsigned flags) { CONTEXT(); *event = malloc(1); return flags != 2; }
CUresult cuEventRecord(Handle event, Handle stream) { CONTEXT(); return 0; }
CUresult cuEventDestroy_v2(Handle event) { free(event); return 0; }

/* Kernels: the code that the compiler makes is the text. */
typedef struct { char *text; size_t bytes; } Link;
CUresult cuLinkCreate_v2(unsigned count, int *options, void **values, Handle *made) {
    CONTEXT();
    *made = calloc(1, sizeof(Link));
    return 0;
}
CUresult cuLinkAddData_v2(
    Handle made, int kind, void *data, size_t bytes, const char *name, unsigned count, int *options, void **values) {
    Link *link = made;
    if (kind != 1 || ((char *)data)[bytes - 1] != 0)
        return fault("what is to be compiled is not PTX with a zero at its end");
    link->text = malloc(link->bytes = bytes);
    memcpy(link->text, data, bytes);
    return 0;
}
CUresult cuLinkComplete(Handle made, void **code, size_t *bytes) {
    *code = ((Link *)made)->text;
    *bytes = ((Link *)made)->bytes;
    return 0;
}
CUresult cuLinkDestroy(Handle made) { free(((Link *)made)->text); free(made); return 0; }
CUresult cuModuleLoadDataEx(Handle *module, const void *image, unsigned count, int *options, void **values) {
    CONTEXT();
    Kernel *kernel = calloc(1, sizeof(Kernel));
    const char *entry = strstr(image, ".entry "), *end = strchr(entry, ')'), *at = entry;
    sscanf(entry, ".entry %127[^(]", kernel->name);
    while ((at = strstr(at, ".param ")) && at < end) {
        at += strlen(".param ");
        kernel->bytes[kernel->parameters++] = strncmp(at, ".u64", 4) && strncmp(at, ".f64", 4) ? 4 : 8;
    }
    at = strstr(image, ".maxntid ");
    kernel->threads = at ? atoi(at + strlen(".maxntid ")) : 0;
    at = strstr(image, ".reqnctapercluster ");
    kernel->cluster = at ? atoi(at + strlen(".reqnctapercluster ")) : 1;
    *module = kernel;
    return 0;
}
CUresult cuModuleUnload(Handle module) { free(module); return 0; }
CUresult cuModuleGetFunction(Handle *function, Handle module, const char *name) {
    *function = module;
    return strcmp(((Kernel *)module)->name, name) ? fault("a kernel that the module does not have") : 0;
}
CUresult cuFuncSetAttribute(Handle function, int attribute, int value) {
    if (attribute == 8)
        ((Kernel *)function)->most_shared = value;
    return attribute == 8 || attribute == 9 ? 0 : fault("an unknown attribute of a kernel");
}
CUresult cuFuncGetAttribute(int *value, int attribute, Handle function) { *value = attribute == 4 ? 64 : 0; return 0; }
static CUresult check(const CUDA_KERNEL_NODE_PARAMS *p) {
    const Kernel *kernel = p->func;
    volatile unsigned long long sum = 0;
    if (p->gridDimX == 0 || p->gridDimX % kernel->cluster || p->gridDimY != 1 || p->gridDimZ != 1)
        return fault("the blocks of a launch");
    if (p->blockDimX != (unsigned)kernel->threads || p->blockDimY != 1 || p->blockDimZ != 1)
        return fault("the threads of a launch");
    if (p->sharedMemBytes > 48 * 1024 && (int)p->sharedMemBytes > kernel->most_shared)
        return fault("more shared memory than the kernel was given");
    if (p->extra || p->kern || p->ctx)
        return fault("a field of a launch that must be null");
    for (int i = 0; i < kernel->parameters; i++)
        sum += kernel->bytes[i] == 8 ? *(unsigned long long *)p->kernelParams[i] : *(unsigned *)p->kernelParams[i];
    return 0;
}
CUresult cuLaunchKernel(Handle function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ,
    unsigned sharedBytes, Handle stream, void **parameters, void **extra) {
    CONTEXT();
    CUDA_KERNEL_NODE_PARAMS p = { function, gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes, parameters, extra, NULL, NULL };
    launches++;
    return check(&p);
}

/* Graphs: a chain of nodes. */
static CUresult add(Handle *made, Graph *graph, const Handle *after, size_t count, const Node *node) {
    if (graph->count == MostNodes || count != (graph->count > 0) || (count == 1 && after[0] != graph->nodes[graph->count - 1]))
        return fault("what a node of a graph waits for");
    *made = memcpy(malloc(sizeof(Node)), node, sizeof(Node));
    graph->nodes[graph->count++] = *made;
    return 0;
}
static CUresult check_copy(const CUDA_MEMCPY3D *c) {
    if (c->Height != 1 || c->Depth != 1 || c->WidthInBytes == 0 || c->srcXInBytes || c->srcY || c->srcZ || c->srcLOD || c->dstXInBytes
        || c->dstY || c->dstZ || c->dstLOD || c->srcArray || c->reserved0 || c->dstArray || c->reserved1)
        return fault("the fields of a copy");
    if (c->srcMemoryType < 1 || c->srcMemoryType > 2 || c->dstMemoryType < 1 || c->dstMemoryType > 2)
        return fault("the kinds of memory of a copy");
    TRY(c->srcMemoryType == 1 ? locked(c->srcHost, c->WidthInBytes) : inside(c->srcDevice, c->WidthInBytes));
    return c->dstMemoryType == 1 ? locked(c->dstHost, c->WidthInBytes) : inside(c->dstDevice, c->WidthInBytes);
}
static CUresult check_fill(const CUDA_MEMSET_NODE_PARAMS *f) {
    return f->elementSize != 4 || f->height != 1 || f->value != 0 ? fault("the fields of a clear") : inside(f->dst, 4 * f->width);
}
CUresult cuGraphCreate(Handle *graph, unsigned flags) { CONTEXT(); *graph = calloc(1, sizeof(Graph)); return flags; }
CUresult cuGraphDestroy(Handle made) {
    Graph *graph = made;
    for (int i = 0; i < graph->count; i++)
        free(graph->nodes[i]);
    free(graph);
    return 0;
}
CUresult cuGraphAddKernelNode_v2(Handle *made, Handle graph, Handle *after, size_t count, CUDA_KERNEL_NODE_PARAMS *p) {
    CONTEXT();
    Node node = { 0 };
    TRY(check(p));
    return add(made, graph, after, count, &node);
}
CUresult cuGraphAddMemcpyNode(Handle *made, Handle graph, Handle *after, size_t count, CUDA_MEMCPY3D *p, Handle c) {
    CONTEXT();
    Node node = { .kind = 1, .copy = *p };
    TRY(check_copy(p));
    return c != context ? fault("the context of a copy") : add(made, graph, after, count, &node);
}
CUresult cuGraphAddMemsetNode(Handle *made, Handle graph, Handle *after, size_t count, CUDA_MEMSET_NODE_PARAMS *p, Handle c) {
    CONTEXT();
    Node node = { .kind = 2, .fill = *p };
    TRY(check_fill(p));
    return c != context ? fault("the context of a clear") : add(made, graph, after, count, &node);
}
CUresult cuGraphInstantiateWithFlags(Handle *made, Handle graph, unsigned long long flags) { CONTEXT(); *made = graph; return flags != 0; }
CUresult cuGraphUpload(Handle made, Handle stream) { CONTEXT(); return 0; }
CUresult cuGraphExecDestroy(Handle made) { return 0; }
CUresult cuGraphExecKernelNodeSetParams_v2(Handle made, Handle node, CUDA_KERNEL_NODE_PARAMS *p) {
    CONTEXT();
    changes++;
    return ((Node *)node)->kind == 0 ? check(p) : fault("a node that is no kernel");
}
CUresult cuGraphExecMemcpyNodeSetParams(Handle made, Handle node, CUDA_MEMCPY3D *p, Handle c) {
    CONTEXT();
    Node *changed = node;
    changes++;
    TRY(check_copy(p));
    if (changed->kind != 1 || changed->copy.srcMemoryType != p->srcMemoryType || changed->copy.dstMemoryType != p->dstMemoryType)
        return fault("a copy between other kinds of memory");
    changed->copy = *p;
    return 0;
}
CUresult cuGraphExecMemsetNodeSetParams(Handle made, Handle node, CUDA_MEMSET_NODE_PARAMS *p, Handle c) {
    CONTEXT();
    changes++;
    TRY(check_fill(p));
    ((Node *)node)->fill = *p;
    return ((Node *)node)->kind == 2 ? 0 : fault("a node that is no clear");
}
CUresult cuGraphLaunch(Handle made, Handle stream) {
    CONTEXT();
    graph_launches++;
    for (int i = 0; i < ((Graph *)made)->count; i++) {
        const Node *node = ((Graph *)made)->nodes[i];
        const CUDA_MEMCPY3D *c = &node->copy;
        if (node->kind == 1)
            memmove(c->dstMemoryType == 1 ? c->dstHost : (void *)c->dstDevice, c->srcMemoryType == 1 ? c->srcHost : (void *)c->srcDevice,
                c->WidthInBytes);
        else if (node->kind == 2)
            memset((void *)node->fill.dst, 0, 4 * node->fill.width);
    }
    return 0;
}

# SPDX-License-Identifier: GPL-2.0
#
# A q35 machine with an AMD-Vi, two CPUs and two NUMA nodes. Without pt=off
# QEMU's unit never translates; without no_timer_check the kernel may panic in
# its IO-APIC timer check when QEMU interprets on a busy host.

from ..qemu_config import QemuArchParams

QEMU_ARCH = QemuArchParams(linux_arch='x86_64',
			   kconfig='''
CONFIG_SERIAL_8250=y
CONFIG_SERIAL_8250_CONSOLE=y
CONFIG_SMP=y
CONFIG_PCI=y
CONFIG_PCI_MSI=y
CONFIG_ACPI=y
CONFIG_NUMA=y
CONFIG_ACPI_NUMA=y
CONFIG_X86_64_ACPI_NUMA=y
CONFIG_IOMMU_SUPPORT=y
CONFIG_IRQ_REMAP=y
CONFIG_CPU_SUP_AMD=y
CONFIG_AMD_IOMMU=y''',
			   qemu_arch='x86_64',
			   kernel_path='arch/x86/boot/bzImage',
			   kernel_command_line='console=ttyS0 no_timer_check',
			   extra_qemu_params=[
			   '-machine', 'q35,kernel-irqchip=split',
			   '-cpu', 'max',
			   '-device', 'amd-iommu,pt=off,intremap=on',
			   '-smp', '2,sockets=2',
			   '-object', 'memory-backend-ram,id=m0,size=512M',
			   '-object', 'memory-backend-ram,id=m1,size=512M',
			   '-numa', 'node,nodeid=0,cpus=0,memdev=m0',
			   '-numa', 'node,nodeid=1,cpus=1,memdev=m1'])
